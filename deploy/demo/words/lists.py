"""Lists of words written as one text, which reads better than quotes and commas."""


def words(text: str) -> tuple[str, ...]:
    """The words between spaces; an underscore is a space inside one."""
    return tuple(word.replace("_", " ") for word in text.split())
