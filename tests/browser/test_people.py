"""A service sets itself up, lets people in and signs them in, as a new administrator would: in a browser, with nothing typed in a terminal
but `createsuperuser`."""

import re
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import call_command
from playwright.sync_api import expect

from sessions.models import CardSession
from tests.browser.checks import axe, looks_right, no_sideways_scroll
from tests.browser.conftest import LANDSCAPE, NARROW, PASSWORD, PHONE, TABLET
from tests.browser.facts import facts_of, nothing_but
from tests.browser.tablet import Tablet
from tests.factories import TOTP_SECRET, SiteFactory, UserFactory
from vein_care.accounts.models import AuditEvent, User
from vein_care.accounts.roles import Role


def code(secret, *, steps_later=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps_later))


def sign_in(page, login_name):
    """From wherever a page without a login was asked for."""
    page.get_by_label("Login name or e-mail").fill(login_name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def in_order(page, heading):
    """This page has come, and suits everybody."""
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    suits(page)


def suits(page):
    """A tablet either way and a narrow screen, and axe finds nothing in light or dark: a page without a heading of level 1, for one."""
    for size in [LANDSCAPE, NARROW, TABLET]:
        page.set_viewport_size(size)
        no_sideways_scroll(page)
    axe(page)


def set_up_app(page):
    page.get_by_role("link", name="Set up an app").click()
    in_order(page, "Set up an app")
    page.get_by_text("Cannot scan it?").click()
    page.get_by_label("Code", exact=True).fill(code(page.locator("#app-key").inner_text()))
    page.get_by_role("button", name="Turn on").click()
    in_order(page, "Recovery codes")
    assert page.locator(".codes li").all_inner_texts() == RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()


def add_site_and_contacts(page):
    page.get_by_role("link", name=re.compile("^Add a site")).click()
    page.get_by_label("Name of the site").fill("Harbour van")
    page.get_by_label("Van", exact=True).check()
    page.get_by_label("Time zone").select_option("Europe/Dublin")
    page.get_by_label("Support contact").fill("Kim, 0123 456")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("Harbour van is there.")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Choose.*What each site has")).click()
    page.get_by_label("Water ampoules").check()
    page.get_by_label("Wound care").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name=re.compile("^Add contacts")).click()
    page.get_by_label("When nobody is there").fill("Call 111.")
    page.get_by_label("Worried about somebody's safety").fill("Pat, 0123 789")
    page.get_by_label("After a needlestick injury").fill("A&E, Mill Street")
    page.get_by_role("button", name="Save and go on").click()


def invite(page, name, role):
    """Invite somebody from the page of steps. The link of the invitation."""
    page.get_by_role("link", name=re.compile(f"^Invite.*{role}")).click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Usual site").select_option(label="Harbour van")
    page.get_by_role("button", name="Make the invitation").click()
    in_order(page, "Invitation for")
    return page.locator(".secret").inner_text()


def set_up_a_service(desk):
    """What a superuser does after signing in for the first time, up to inviting."""
    expect(desk.get_by_role("heading", name="Your sign-in")).to_be_visible()
    set_up_app(desk)
    desk.get_by_role("link", name="I have kept them: go on").click()
    desk.get_by_role("link", name="Add your service").click()
    desk.get_by_label("Name of the service").fill("Harbour Outreach")
    desk.get_by_role("button", name="Save and go on").click()
    add_site_and_contacts(desk)
    expect(desk.get_by_text("3 of 6 done.")).to_be_visible()


def join(phone, link):
    phone.goto(link)
    expect(phone.get_by_role("heading", name="You are invited to Harbour Outreach")).to_be_visible()
    looks_right(phone)
    phone.get_by_label("Password", exact=True).fill("three words together")
    phone.get_by_role("button", name="Join").click()
    phone.wait_for_url("**/deliver/")


def finds_the_code_used(phone, link):
    """The phone of somebody who photographed the code."""
    phone.goto(link)
    expect(phone.get_by_text("This link has been used already. It works once only.")).to_be_visible()
    looks_right(phone)


def deliver_a_session(tablet):
    """Talk about water and hand over what the site has; then the tablet sends it by itself."""
    tablet.talk_about("Water", site="Harbour van")
    tablet.tap("More: Water ampoules")
    tablet.tap("Wound care", within=tablet.group("Pointed to"))
    tablet.save()
    tablet.let_it_go()
    tablet.is_received()


def test_from_an_empty_installation_to_the_first_session_in_the_database_by_an_invitation_that_works_once(open_page, monkeypatch, watcher):
    watcher.expect("410")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, login_name="root", verbosity=0)
    desk = open_page(touch=False)

    desk.goto("/")
    sign_in(desk, "root")
    set_up_a_service(desk)
    link = invite(desk, "Jo Marsh", "Workers")
    phone = open_page(size=PHONE)
    phone.clock.install()
    join(phone, link)
    finds_the_code_used(open_page(size=PHONE), link)
    desk.get_by_role("link", name="Getting started").click()
    expect(desk.get_by_role("heading", name="Ready for the first session", level=1)).to_be_visible()
    expect(desk.get_by_text("1 has joined")).to_be_visible()
    deliver_a_session(Tablet(phone))

    session = CardSession.objects.get()
    worker = User.objects.get(login_name="jo.marsh")
    given = [("water_ampoules", "given", 1)]
    assert facts_of(session) == nothing_but(areas=["water"], cards=["ampoule"], resources=given, signposts=["wound_care"])
    assert (session.delivered_by, str(session.site), session.site.time_zone) == (worker, "Harbour van", "Europe/Dublin")
    assert (worker.roles, str(worker.usual_site), str(worker.organisation)) == (["worker"], "Harbour van", "Harbour Outreach")
    desk.reload()
    expect(desk.get_by_role("heading", name="All set", level=1)).to_be_visible()


def sign_out(page):
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")


def test_app_and_recovery_code_sign_in_and_lead_to_the_page_that_was_asked_for(open_page, coordinator):
    coordinator.set_password(PASSWORD)
    coordinator.save()
    [spare, *_rest] = RecoveryCodes.activate(coordinator).generate_codes()
    page = open_page(touch=False)
    page.goto("/sessions/looked-at/")
    sign_in(page, coordinator.login_name)
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("Check the time on your phone")
    expect(page.get_by_role("alert")).to_be_focused()
    in_order(page, "Second step")
    page.get_by_label("Code", exact=True).fill(code(TOTP_SECRET))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Records to look at", level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Nothing to look at.")
    looks_right(page)

    sign_out(page)
    sign_in(page, coordinator.login_name)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_label("Code", exact=True).fill(spare)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name=f"Hello, {coordinator.display_name}", level=1)).to_be_visible()
    looks_right(page)


def with_virtual_key(page):
    """A passkey that answers by itself, in the browser of this page. Returns its session and number."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_passkey_signs_in_and_a_lost_one_says_what_to_do(open_page, organisation):
    person = UserFactory(organisation=organisation, roles=[Role.TRAINER], second_step=False)
    person.set_password(PASSWORD)
    person.save()
    page = open_page(touch=False)
    session, key = with_virtual_key(page)
    page.goto("/accounts/login/")
    sign_in(page, person.login_name)
    page.get_by_role("link", name="Add a passkey").click()
    in_order(page, "Add a passkey")
    page.get_by_label("Name").fill("My laptop")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them: go on").click()
    sign_out(page)

    sign_in(page, person.login_name)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name=f"Hello, {person.display_name}")).to_be_visible()

    page.get_by_role("link", name=person.display_name).click()
    page.get_by_role("link", name="1 passkey").click()
    expect(page.get_by_text("My laptop", exact=True)).to_be_visible()
    sign_out(page)
    session.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    sign_in(page, person.login_name)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("status")).to_contain_text("The passkey did not answer.")
    in_order(page, "Second step")
    assert AuditEvent.objects.filter(type="second_step.added", actor_id=person.pk).count() == 1


def test_every_page_of_an_administrator_is_in_order(open_page, administrator, worker, other_worker, coordinator, site):
    SiteFactory(organisation=administrator.organisation, name="Old house", is_active=False)
    page = open_page(who=administrator, touch=False)
    own = f"/organisations/{administrator.organisation_id}"
    pages = [
        "/",
        f"{own}/start/",
        f"{own}/service/",
        f"{own}/sites/",
        f"{own}/sites/new/",
        f"{own}/sites/{site.pk}/",
        f"{own}/sites/{site.pk}/close/",
        f"/sessions/sites/{site.pk}/offer/",
        f"{own}/people/",
        f"{own}/people/?q=nobody",
        f"{own}/people/{coordinator.pk}/",
        f"{own}/people/{worker.pk}/deactivate/",
        f"{own}/people/{coordinator.pk}/second-step/",
        f"{own}/invitations/",
        f"{own}/audit/",
        "/accounts/second-step/",
        "/accounts/second-step/passkeys/",
        "/accounts/password/",
        "/accounts/again/",
        "/accounts/second-step/again/",
    ]
    for address in pages:
        page.goto(address)
        suits(page)


def test_the_header_of_an_administrator_is_one_line_and_its_menu_opens_by_keyboard(open_page, administrator):
    page = open_page(who=administrator, touch=False)
    page.goto(f"/organisations/{administrator.organisation_id}/people/")
    name, menu, sign_out = page.locator(".site-brand"), page.locator(".site-menu summary"), page.get_by_role("button", name="Sign out")
    middles = {round(box["y"] + box["height"] / 2) for box in [each.bounding_box() for each in [name, menu, sign_out]]}
    assert max(middles) - min(middles) <= 2

    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Audit trail")).to_be_visible()
    in_order(page, "People")
    menu.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Sites", exact=True)).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Sites", level=1)).to_be_visible()
    expect(page.locator(".site-menu [aria-current=page]")).to_have_count(1)


def test_every_page_of_a_superuser_is_in_order(open_page, organisation, editor):
    page = open_page(who=UserFactory(is_superuser=True, organisation=None, display_name="Sol Root", initials="SR"), touch=False)
    for address in ["/", "/organisations/", "/organisations/new/", f"/organisations/{organisation.pk}/people/", "/organisations/programme/people/"]:
        page.goto(address)
        suits(page)


def test_the_admin_site_breaks_no_content_policy(open_page, server):
    page = open_page(who=UserFactory(is_superuser=True, organisation=None), touch=False)

    for address in ["/admin/", "/admin/accounts/user/", "/admin/accounts/auditevent/"]:
        page.goto(address)
        expect(page.get_by_role("link", name="Vein Care: tables")).to_be_visible()


def test_a_refused_invitation_leads_to_the_field(open_page, administrator):
    page = open_page(who=administrator, touch=False)
    page.goto(f"/organisations/{administrator.organisation_id}/invite/")

    page.get_by_role("button", name="Make the invitation").click()

    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Name: Enter a name.").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    suits(page)
