"""The isolation proof: what another workspace or reseller owns, attacked through everything that is there.

It finds models, addresses, tasks, signers and guards by itself; CONTRIBUTING.md says what to do when it asks.
"""
