"""What is set up in every new workspace, in order."""


def register() -> None:
    """Tell the ground what to do at the claim and afterwards."""
