"""Where in a text personal data stand: numbers and addresses, however Koreans write them down."""
