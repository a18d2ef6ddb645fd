"""How dates are written in each language; what a program reads (inputs, JSON, manifests) is ISO 8601 in all of them."""
