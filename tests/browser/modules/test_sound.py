"""The sound of a message, and the number on the icon of the installed app."""

import re

import pytest

CHIME = """
  const { Chime } = await load("list/chime.js");
  const { soundChoice } = await load("lib/sound.js");
  const { page } = await load("lib/page.js");
  const [audio, wait] = [window.Audio, window.setTimeout];
  const heard = [];
  let blocked = false;
  window.Audio = class {
    constructor(url) { this.url = url; }
    async play() {
      if (blocked) throw new Error("no act yet");
      heard.push(this.url);
    }
  };
  // A twentieth of every wait.
  window.setTimeout = (act, ms) => wait(act, ms / 20);
  const seen = { focused: true, open: 7 };
  const root = {
    visibilityState: "visible",
    hasFocus: () => seen.focused,
    querySelector: () => ({ dataset: { chatId: String(seen.open) }, checkVisibility: () => true }),
  };
  const tab = () => { const link = new EventTarget(); new Chime(link, root).listen(); return link; };
  const [link, another] = [tab(), tab()];
  const arrive = (chatId, { sender = 0, links = [link] } = {}) => {
    const detail = { chat_id: chatId, message: { sender_id: sender } };
    for (const one of links) one.dispatchEvent(new CustomEvent("message.created", { detail }));
  };
  const later = () => pause(20 * 150);
  soundChoice.isOn = true;
  const end = (found) => {
    [window.Audio, window.setTimeout] = [audio, wait];
    soundChoice.isOn = false;
    return found;
  };
"""


@pytest.mark.parametrize(
    ("when", "count"),
    [
        ("arrive(8);", 1),
        ("arrive(7);", 0),
        ("seen.focused = false; arrive(7);", 1),
        ("root.visibilityState = 'hidden'; arrive(7);", 1),
        ("arrive(8, { sender: page.userId });", 0),
        ("soundChoice.isOn = false; arrive(8);", 0),
        ("arrive(8); arrive(9); arrive(8);", 1),
        ("arrive(8); await later(); arrive(8);", 2),
        ("seen.focused = false; arrive(8, { links: [link, another] });", 1),
        # One tab shows it: those behind it are quiet.
        ("seen.focused = false; arrive(7); seen.focused = true; arrive(7, { links: [another] });", 0),
        # A browser that does not let this tab speak yet leaves it to another.
        ("blocked = true; arrive(8); await pause(40); blocked = false; arrive(9, { links: [another] });", 1),
    ],
)
def test_when_it_sounds(run, when, count):
    found = run(f"{CHIME} {when} await later(); return end({{ heard, url: page.soundUrl }});")
    assert found["heard"] == [found["url"]] * count
    assert re.fullmatch(r"/static/sound/message(\.[0-9a-f]+)?\.wav", found["url"])


def test_the_browser_can_play_it(run):
    """Under the policies and the type with which it is served."""
    found = run(
        """
        const { page } = await load("lib/page.js");
        const audio = new Audio(page.soundUrl);
        await new Promise((ready, failed) => {
          audio.addEventListener("canplaythrough", ready);
          audio.addEventListener("error", () => failed(audio.error));
        });
        const type = (await fetch(page.soundUrl)).headers.get("Content-Type");
        return { type, seconds: audio.duration };
        """
    )
    assert found == {"type": "audio/wav", "seconds": pytest.approx(0.6, abs=0.01)}


def test_it_is_off_until_it_is_turned_on_for_this_device(run):
    found = run(
        """
        const { soundChoice } = await load("lib/sound.js");
        const first = soundChoice.isOn;
        soundChoice.isOn = true;
        const kept = Object.keys(localStorage).filter((key) => key.startsWith("sound:")).length;
        const on = soundChoice.isOn;
        soundChoice.isOn = false;
        return { first, on, kept, off: soundChoice.isOn };
        """
    )
    assert found == {"first": False, "on": True, "kept": 1, "off": False}


def test_the_icon_has_the_number_of_unread_messages(run):
    found = run(
        """
        const { Badge } = await load("list/badge.js");
        const shown = [];
        navigator.setAppBadge = async (count) => shown.push(count);
        navigator.clearAppBadge = async () => { shown.push(null); throw new Error("refused"); };
        const badge = new Badge(document);
        for (const count of [3, 120, 0]) badge.set(count);
        delete navigator.setAppBadge;
        delete navigator.clearAppBadge;
        return shown;
        """
    )
    assert found == [3, 120, None]
