-- Every source's establishments, one below the other.
$mapped_establishments
