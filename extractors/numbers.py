"""Vietnamese numerals, spelled and in digits, to `Decimal`."""
