"""From a raw reading to a typed value in the contract's normal form, file by noun of the field."""
