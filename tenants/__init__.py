"""The ground: resellers, workspaces and domains, and the three walls between workspaces.

Nothing here knows what a contact or a conversation is; that is core/ and above.
"""
