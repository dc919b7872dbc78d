"""kong.yml, read strictly and written as an HAProxy configuration."""
