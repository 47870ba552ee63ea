"""The rules, in plain Python: what a question is, what an answer must look like, what coverage means.

Imports only the standard library and itself; knows neither Dagster, HTTP nor SQL.
"""
