"""Questions of counting."""
