-- Every source's facts, one below the other.
$mapped_facts
