"""Scenes of a coordinator who looks at figures, and shares them."""

from tests.shots.desk import heading, sign_in_at_a_desk


def a_coordinator(studio):
    page = studio.new_page(touch=False)
    sign_in_at_a_desk(page, "cass", address="/sessions/summary/")
    studio.take(page, "summary")
    page.get_by_role("link", name="To share", exact=True).click()
    page.wait_for_url("**view=share**")
    studio.take(page, "summary-to-share")
    for address, title in {"outcomes": "Process outcomes", "report": "Report"}.items():
        page.goto(f"/sessions/summary/{address}/?view=share")
        heading(page, title)
        studio.take(page, f"summary-{address}")
    page.context.close()
