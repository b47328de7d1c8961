-- Every source's units, one below the other.
$mapped_units
