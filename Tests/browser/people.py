"""Who signs in at the pages."""
PASSWORD = "seven blue elephants at noon"
