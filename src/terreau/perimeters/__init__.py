"""Legal forms and ESS rules of each country: data and pure functions, read by everything above."""
