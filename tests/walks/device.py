"""A trainer's device: two tabs of a real browser, driven by what is written on the screen.

Each act does what a person would do with what is shown, and answers what the screen said. What the
screen does not offer is not done (`None`). Where the network gives nothing, one gives up.
"""

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error, expect

from tests.walks.model import Answer, Where
from tests.walks.network import Network

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, CDPSession, Locator, Page

#: Milliseconds that a person waits for a page: where the network answers, where it does not, and
#: where the device has a page to show instead.
PATIENCE, SHORT_PATIENCE, PREPARED_PATIENCE = 12_000, 1_500, 4_500

#: What the page shows of `name`, in one word. The document that was left carries a mark.
SHOWN = r"""([name, left]) => {
    const seen = (item) => item && item.getClientRects().length > 0;
    if (left && document.documentElement.dataset.left) return null;
    if (document.readyState === "loading" || /besoin de JavaScript/.test(document.body.innerText))
        return null;
    const alert = [...document.querySelectorAll("form [role=alert], form .notice--error")];
    const refusal = alert.find((item) => seen(item) && item.textContent.trim());
    if (refusal) return "refused";
    const heading = document.querySelector("h1")?.textContent.trim() ?? "";
    if (document.querySelector("[data-signature]")) {
        if (seen(document.querySelector(".signature__draw"))) return `form ${heading}`;
        return null;
    }
    const line = [...document.querySelectorAll(".people > li")].find(
        (item) => item.querySelector("b")?.textContent.trim() === name,
    );
    if (!line) return document.querySelector(".people") ? "list" : "elsewhere";
    const copy = line.cloneNode(true);
    for (const item of copy.querySelectorAll("details, a, b, small, button, form")) item.remove();
    const words = copy.textContent.trim();
    if (!words || /attendu|Rien d’enregistré/i.test(words)) return "list";
    return /^Absence|\sAbsence/.test(words) ? "absent" : "present";
}"""
LOCK_SHOWN = r"""() => {
    if (document.readyState === "loading" || /besoin de JavaScript/.test(document.body.innerText))
        return null;
    const alert = [...document.querySelectorAll("form [role=alert], form .notice--error")];
    if (alert.some((item) => item.getClientRects().length && item.textContent.trim()))
        return "refused";
    if (document.querySelector("[data-signature]"))
        return document.querySelector(".signature__draw").hidden ? null : "form";
    const words = document.querySelector(".lock")?.textContent ?? "";
    if (/Clôture demandée|Close à|Demi-journée close|Vous avez clos/.test(words)) return "locked";
    return document.querySelector(".people") ? "list" : "elsewhere";
}"""
#: Names of those of whom the list says nothing: no word, nothing to do.
BLANK = r"""() => [...document.querySelectorAll(".people > li")].filter((line) => {
    const copy = line.cloneNode(true);
    for (const item of copy.querySelectorAll("b, small")) item.remove();
    return line.querySelector("b") && !copy.textContent.trim();
}).map((line) => line.querySelector("b").textContent)"""
WAITING = r"""async () => {
    const bases = await indexedDB.databases();
    const rows = [];
    for (const { name } of bases) {
        const base = await new Promise((resolve, reject) => {
            const request = indexedDB.open(name);
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
        });
        if (base.objectStoreNames.contains("queue")) {
            const all = base.transaction("queue").objectStore("queue").getAll();
            const read = (resolve) => (all.onsuccess = () => resolve(all.result));
            rows.push(...(await new Promise(read)).map((row) => row.item ?? row));
        }
        base.close();
    }
    return rows;
}"""


@dataclass(frozen=True)
class Signed:
    """A signature that was sent off: its mark, and what was said to it."""

    mark: str
    answer: Answer
    where: Where


class Device:
    """A browser context in front of one half-day."""

    def __init__(self, context: "BrowserContext", network: Network, address: str) -> None:
        self.context, self.network = context, network
        self.address = f"{network.url}{address}"
        self.faults: list[str] = []
        self.strokes = 0
        self.drawn: dict[str, str] = {}
        self.is_prepared = False
        self._tabs: dict[int, Page] = {}
        self._in_front = 0
        self._tools: dict[Page, CDPSession] = {}
        context.set_default_timeout(PATIENCE)

    def tab(self, number: int) -> "Page":
        """That tab, opened on the half-day if it was not, in front as whoever touches it has it.

        A browser draws a tab behind another once a second, and a finger is followed as seldom.
        """
        if number not in self._tabs:
            page = self.context.new_page()
            page.on("pageerror", self._note)
            self._tools[page] = self.context.new_cdp_session(page)
            self._tabs[number] = page
            self._go(page)
        if self._in_front != number:
            self._tabs[number].bring_to_front()
            self._in_front = number
        return self._tabs[number]

    def _note(self, error: Any) -> None:
        # A module that the network did not give is the network's fault.
        if "Failed to fetch" not in str(error) and "module" not in str(error):
            self.faults.append(f"script error: {error}")

    @property
    def patience(self) -> int:
        """How long one waits for what the network may never give."""
        if self.network.mode != "hangs":
            return PATIENCE
        return PREPARED_PATIENCE if self.is_prepared else SHORT_PATIENCE

    # --- Moving about -------------------------------------------------------------------------

    def reload(self, tab: int) -> None:
        """Load the page again."""
        page = self.tab(tab)
        self._load(page, page.reload)

    def back(self, tab: int) -> None:
        """The browser's own way back."""
        page = self.tab(tab)
        # Before the first page there is only the empty one of a new tab.
        if _read(page, "history.length") > 2:
            self._load(page, page.go_back)

    def offline(self, is_offline: bool) -> None:
        """Flight mode, on or off."""
        self.context.set_offline(is_offline)

    def prepare(self, tab: int, *, double: bool = False) -> str:
        """Touch « Préparer cet appareil », on the page of the server; what it says then."""
        page = self.tab(tab)
        button = page.get_by_role("button", name="Préparer cet appareil")
        if not _is_there(button):
            self._go(page)
        if not _is_there(button):
            return "not offered"
        if not _try(lambda: self._tap(button, double=double)):
            return "not done"
        words = """() => {
            const text = document.querySelector("[data-offline-status]")?.textContent ?? "gone";
            return !/Préparation en cours|^$/.test(text) && text;
        }"""
        said = self._until(page, words, None, self.patience, set())
        self.is_prepared = self.is_prepared or said.startswith("Prêt")
        return said

    def show_list(self, page: "Page") -> None:
        """The list of people, as this tab has it, however old."""
        if self._now(page) != "list":
            self._go(page)

    def _go(self, page: "Page") -> None:
        if page.url.split("#")[0] == self.address and "#" in page.url:
            _try(lambda: page.evaluate("history.replaceState(null, '', location.pathname)"))
        self._load(page, functools.partial(page.goto, self.address))

    def _load(self, page: "Page", load: Callable[..., Any]) -> None:
        if not _try(lambda: load(timeout=self.patience, wait_until="domcontentloaded")):
            self._give_up(page)

    def _give_up(self, page: "Page") -> None:
        """Touch the cross of the browser: what was there stays."""
        _try(lambda: self._tools[page].send("Page.stopLoading"))

    # --- Signing ------------------------------------------------------------------------------

    def open_form(self, tab: int, name: str) -> bool:
        """Open the person's form; whether it is there."""
        page = self.tab(tab)
        self.show_list(page)
        for _attempt in range(2):  # where the network is lost, the first leads to the device's list
            link = _line(page, name).get_by_role("link").filter(has_text="igner").first
            if not _is_there(link):
                return False
            stays = self._leave(page, link)
            _try(lambda link=link: link.click(timeout=self.patience, no_wait_after=True))
            if self._came(page, name, stays) == f"form {name}":
                return True
        return False

    def sign(
        self,
        tab: int,
        name: str,
        *,
        typed: bool = False,
        arrived: str = "",
        double: bool = False,
    ) -> Signed | None:
        """The person signs in the form that is open in this tab."""
        page = self.tab(tab)
        if self._now(page) != f"form {name}":
            return None
        where = Where.DEVICE if page.locator("[data-offline-app]").count() else Where.SERVER
        mark = self._type(page, name) if typed else self._draw(page, name)
        if arrived:
            summary = page.locator("summary").filter(has_text="Arrivée tardive")
            if not page.get_by_label("Heure d’arrivée").is_visible():
                summary.click()
            page.get_by_label("Heure d’arrivée").fill(arrived)
        button = page.get_by_role("button", name="Signer ma présence")
        _try(lambda: self._tap(button, double=double))
        shown = self._after(page, name)
        answer = {"present": Answer.ACCEPTED, "refused": Answer.REFUSED}.get(shown, Answer.UNKNOWN)
        return Signed(mark, answer, where)

    def name_on_form(self, tab: int) -> str:
        """Whose form is open in this tab; empty if none is."""
        shown = self._now(self.tab(tab))
        return shown.removeprefix("form ") if shown.startswith("form ") else ""

    def absent(self, tab: int, name: str, *, double: bool = False) -> Answer | None:
        """The trainer notes that the person is absent."""
        page = self.tab(tab)
        self.show_list(page)
        line = _line(page, name)
        summary = line.locator("summary").filter(has_text="Indiquer une absence")
        if not _is_there(summary):
            return None
        button = line.get_by_role("button", name="Transport")
        _try(lambda: button.is_visible() or summary.click(timeout=SHORT_PATIENCE))
        _try(lambda: self._tap(button, double=double))
        shown = self._after(page, name)
        if shown == "present":
            return Answer.REFUSED
        return {"absent": Answer.ACCEPTED, "refused": Answer.REFUSED}.get(shown, Answer.UNKNOWN)

    def lock(self, tab: int, trainer: str, *, double: bool = False) -> Answer | None:
        """The trainer countersigns, by typing their name."""
        page = self.tab(tab)
        self.show_list(page)
        link = page.locator(".lock").get_by_role("link")
        if not _is_there(link) or page.locator(".lock").filter(has_text="Il manque").count():
            return None
        _try(lambda: link.click(timeout=self.patience))
        if self._until(page, LOCK_SHOWN, None, self.patience, {"form"}) != "form":
            return None
        self._type(page, trainer)
        button = page.get_by_role("button", name="Signer et")
        _try(lambda: self._tap(button, double=double))
        shown = self._until(page, LOCK_SHOWN, None, self.patience, {"locked", "refused"})
        return {"locked": Answer.ACCEPTED, "refused": Answer.REFUSED}.get(shown, Answer.UNKNOWN)

    def _tap(self, button: "Locator", *, double: bool) -> None:
        tap = button.dblclick if double else button.click
        tap(timeout=SHORT_PATIENCE * 2, no_wait_after=True)

    def _type(self, page: "Page", name: str) -> str:
        field = page.get_by_label("Prénom et nom")
        if not field.is_visible():
            page.get_by_text("Signer en saisissant son nom").click()
        field.fill(name)
        page.get_by_label("J’accepte que mon nom").check()
        return f"typed {name}"

    def _draw(self, page: "Page", name: str) -> str:
        """A drawing that no other signature of the walk has, in a frame without anybody else's."""
        field = page.locator("[data-strokes]")
        kept = mark_of(json.loads(field.input_value() or "[]"))
        if self.drawn.get(kept, name) != name:
            self.faults.append(f"{name}: is offered the drawing of {self.drawn[kept]}")
        self.strokes += 1
        frame = page.get_by_role("img", name="Cadre de signature")
        frame.scroll_into_view_if_needed()
        box = frame.bounding_box() or {"x": 0, "y": 0}
        x, y = box["x"] + 20 + 4 * self.strokes, box["y"] + 30
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 90, y + 60)
        page.mouse.move(x + 130 + 2 * self.strokes, y + 5)
        page.mouse.up()
        mark = mark_of(json.loads(field.input_value() or "[]"))
        self.drawn[mark] = name
        return mark

    # --- What is shown ------------------------------------------------------------------------

    def _leave(self, page: "Page", link: "Locator") -> bool:
        """Mark the document, if touching the link leads to another; whether it stays."""
        stays = (link.get_attribute("href") or "").startswith("#")
        if not stays:
            _read(page, "document.documentElement.dataset.left = 'yes'")
        return stays

    def _now(self, page: "Page") -> str:
        """What the page shows at this moment: a form, the list, something else, or nothing."""
        try:
            return str(page.evaluate(SHOWN, ["", False]) or "nothing")
        except Error:
            return "nothing"

    def _came(self, page: "Page", name: str, stays: bool) -> str:
        """What the page shows once the link to the person's form was touched."""
        if stays:
            return self._until(page, SHOWN, [name, False], PATIENCE // 4, {f"form {name}"})
        return self._until(page, SHOWN, [name, True], self.patience, set())

    def _after(self, page: "Page", name: str) -> str:
        """What the page shows of the person once the form has been sent."""
        final = {"present", "absent", "refused"}
        return self._until(page, SHOWN, [name, False], self.patience, final)

    def _until(
        self, page: "Page", script: str, argument: Any, timeout: int, wanted: set[str]
    ) -> str:
        """The word of `script` once it is one of those wanted (any, if none is), else the last."""
        said = "nothing"
        condition = (
            f"(argument) => {{ const said = ({script})(argument); return {_test(wanted)}; }}"
        )
        try:
            found = page.wait_for_function(condition, arg=argument, timeout=timeout, polling=50)
            said = str(found.json_value())
        except Error:
            self._give_up(page)
        return said

    def look(self, tab: int) -> None:
        """Note those of whom the list shown says nothing."""
        if tab in self._tabs:
            for name in _read(self._tabs[tab], BLANK):
                self.faults.append(f"{name}: nothing is said in the list")

    # --- At the end ---------------------------------------------------------------------------

    def send_everything(self) -> list[dict[str, Any]]:
        """With the network there: load the page until nothing waits; what still does."""
        page = self.tab(0)
        for _attempt in range(4):
            self._go(page)
            if self._emptied(page):
                break
        return self.waiting()

    def waiting(self) -> list[dict[str, Any]]:
        """What the device keeps until the server has it."""
        return list(_read(self.tab(0), WAITING))

    def hand_in(self, address: str) -> tuple[str, str]:
        """Hand in to the office what cannot be sent any more; what the page shows before, after."""
        page = self.tab(0)
        page.goto(f"{self.network.url}{address}")
        page.get_by_role("heading", name="Ce qui attend").wait_for()
        app = page.locator("[data-offline-app]")
        before = app.inner_text()
        button = page.get_by_role("button", name="Remettre au secrétariat")
        for left in range(button.count(), 0, -1):
            button.first.click()
            _try(lambda left=left: expect(button).to_have_count(left - 1, timeout=PATIENCE))
        return before, app.inner_text()

    def _emptied(self, page: "Page") -> bool:
        for _moment in range(20):
            if not _read(page, WAITING):
                return True
            page.wait_for_timeout(200)
        return False

    def words_beside_the_list(self) -> str:
        """All that the page of the half-day says, the list of people and the lock apart."""
        page = self.tab(0)
        self._go(page)
        page.locator(".people").wait_for()
        return str(
            _read(
                page,
                """() => {
                    const copy = document.querySelector(".half-day").cloneNode(true);
                    for (const item of copy.querySelectorAll(".people, .lock, [hidden]"))
                        item.remove();
                    return copy.textContent;
                }""",
            )
        )


def mark_of(strokes: Any, typed: str = "") -> str:
    """A signature as text: what was drawn, or else what was typed."""
    return json.dumps(strokes, separators=(",", ":")) if strokes else f"typed {typed}"


def _test(wanted: set[str]) -> str:
    if not wanted:
        return "said"
    return f"{json.dumps(sorted(wanted))}.includes(said) ? said : said === 'elsewhere' && said"


def _line(page: "Page", name: str) -> "Locator":
    return page.locator(".people > li").filter(has=page.get_by_text(name, exact=True)).first


def _is_there(item: "Locator") -> bool:
    try:
        return bool(item.count()) and item.is_visible()
    except Error:
        return False


def _read(page: "Page", script: str) -> Any:
    """What the script answers; a page that loads itself again is asked once it has."""
    for _attempt in range(3):
        try:
            return page.evaluate(script)
        except Error as error:
            if "navigation" not in str(error):
                raise
            page.wait_for_load_state("domcontentloaded")
    return page.evaluate(script)


def _try(act: Any) -> bool:
    """Do it if it can be done: a person gives up too."""
    try:
        act()
    except Error:
        return False
    return True
