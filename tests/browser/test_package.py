"""The installed package, started by `toll dashboard` from another folder."""

from playwright.sync_api import expect

from tests.browser.looking import chart, go_to
from tests.installed import install
from tests.server import serving
from tests.waiting import wait_until
from toll.runs.store import RunStore


def test_its_one_button_trains_a_run_and_charts_are_drawn(new_visitor, tmp_path):
    with serving(tmp_path / "server", site=install(tmp_path)) as server:
        page = new_visitor().open(server.url)
        page.get_by_role("button", name="Watch one form: train on the built-in digits").click()
        runs = RunStore(server.cache / "runs")
        wait_until(
            lambda: any(each.status.state == "finished" for each in runs.list()), "it is finished"
        )
        go_to(page, "Loss curves", "Loss curves")
        expect(chart(page, "loss curves")).to_be_visible()
        page.close()
        log = server.log.read_text()
    assert "Traceback" not in log
    site = tmp_path / "site" / "toll" / "app"
    assert not list(site.rglob("static")), "nothing is written to where packages are installed"
