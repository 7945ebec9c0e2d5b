"""ContentType's cache is process-global, and its ids differ between schemas: key it by place.

The cache is `{alias: {key: ContentType}}`; this puts the schema where only the alias was.
"""

from typing import Any

from tenants.context import current_or_none


class PlacedCache(dict[str, Any]):
    """A dict whose every key also says in which schema it was put."""

    def _placed(self, alias: object) -> Any:
        place = current_or_none()
        return (place.schema if place else None, alias)

    def __getitem__(self, alias: str) -> Any:
        return super().__getitem__(self._placed(alias))

    def __setitem__(self, alias: str, value: Any) -> None:
        super().__setitem__(self._placed(alias), value)

    def __contains__(self, alias: object) -> bool:
        return super().__contains__(self._placed(alias))

    def get(self, alias: str, default: Any = None) -> Any:
        return super().get(self._placed(alias), default)

    def setdefault(self, alias: str, default: Any = None) -> Any:
        return super().setdefault(self._placed(alias), default)
