"""A local CLOVA Studio over real HTTP: same protocol, same quotas, failures on demand, answers without a model.

Tests and the demo talk to it through `server.SimulatorServer`; the command line through `server.serve`.
"""
