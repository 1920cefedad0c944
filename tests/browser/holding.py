"""Responses of the server that reach the browser late."""

from __future__ import annotations

from playwright.sync_api import APIResponse, Page, Route


class Holding:
    """Holds back one response of those that draw the page: the `position`th from now, from 1."""

    def __init__(self, page: Page, position: int) -> None:
        self._page = page
        self._left = position
        self._held: tuple[Route, APIResponse] | None = None
        page.route("**/run/predict*", self._pass_or_hold)

    def _pass_or_hold(self, route: Route) -> None:
        self._left -= 1
        if self._left == 0:
            self._held = (route, route.fetch())
        else:
            route.continue_()

    def wait(self) -> str:
        """Wait until the server has answered; return what it drew."""
        while self._held is None:
            self._page.wait_for_timeout(20)
        return self._held[1].text()

    def let_go(self) -> None:
        """Let the browser have it."""
        assert self._held is not None
        route, response = self._held
        route.fulfill(response=response)
