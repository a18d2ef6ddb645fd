"""Published models that a user brings: networks written from their papers, under the names of their own weights."""
