"""Every unique chat question classified by HyperCLOVA X, and proof that none was left out."""
