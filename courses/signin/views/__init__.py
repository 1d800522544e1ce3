"""Pages of logging in through an identity provider."""
