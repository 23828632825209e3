"""Midnight makes every relative time older, not the days alone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.browser.screen import Screen


def test_midnight_makes_every_relative_time_older(people, sign_in, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=["Le genou"])
    backstage.read(chat_id=people.chat_id, reader_id=people.patient.id)
    paris = ZoneInfo("Europe/Paris")
    page = sign_in(people.doctor, at="/accounts/profile")
    page.clock.install(time=datetime.now(paris).replace(hour=23, minute=59, second=30))
    page.goto(f"/professional/chat/{people.chat_id}")
    screen = Screen(page)
    screen.is_live()
    search = page.context.new_page()
    search.clock.install(time=datetime.now(paris).replace(hour=23, minute=59, second=30))
    search.goto("/professional/chat/search")
    search.locator("#search").fill("genou")
    search.locator("#search").press("Enter")
    moment = search.locator(".result time")
    expect(moment).to_contain_text("Aujourd’hui")
    row, receipt = screen.row_of(people.chat_id).locator("time"), page.locator("[data-receipt-words]")
    expect(row).to_contain_text(":")
    expect(receipt).to_contain_text("Lu à")

    for passed in (page, search):
        passed.clock.fast_forward(timedelta(minutes=2) // timedelta(milliseconds=1))

    expect(page.locator(".day time")).to_have_text("Hier")
    expect(row).to_have_text("Hier")
    expect(receipt).to_contain_text("Lu le")
    expect(moment).to_contain_text("Hier")
