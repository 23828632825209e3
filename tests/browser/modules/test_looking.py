"""The page says that its reader looks at a thread while it is shown, has the focus and was acted in lately."""

LOOKING = """
  const { LookingReporter } = await load("thread/looking-reporter.js");
  const said = [], leave = new AbortController();
  const connection = Object.assign(new EventTarget(), { send: ({ looking }) => Boolean(said.push(looking)) });
  const acts = { recent: false, expireIn: 60_000 };
  const seen = { focused: true, visible: "visible", shown: true };
  const thread = { checkVisibility: () => seen.shown };
  document.hasFocus = () => seen.focused;
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => seen.visible });
  const reporter = new LookingReporter(thread, { chatId: 7, connection, acts });
  reporter.start(leave.signal);
  const act = () => { acts.recent = true; reporter.update(); };
  const tell = (target, kind) => target.dispatchEvent(new Event(kind));
  const end = (found) => {
    leave.abort();
    delete document.hasFocus;
    delete document.visibilityState;
    return found;
  };
"""


def test_it_follows_the_acts_the_focus_and_the_screen(run):
    found = run(
        LOOKING
        + """
        tell(window, "focus");
        const before = [...said];
        act();
        seen.focused = false; tell(window, "blur"); tell(window, "blur");
        seen.focused = true; tell(window, "focus");
        seen.visible = "hidden"; tell(document, "visibilitychange");
        seen.visible = "visible"; tell(document, "visibilitychange");
        tell(connection, "live");
        seen.shown = false; tell(window, "focus");
        return end({ before, said });
        """
    )
    assert found == {"before": [], "said": [True, False, True, False, True, True, False]}


def test_it_is_repeated_and_taken_back_when_the_acts_are_too_long_ago(run):
    found = run(
        LOOKING
        + """
        acts.expireIn = 60;
        act();
        await pause(150);
        const repeated = said.length > 1 && said.every(Boolean);
        acts.recent = false;
        await pause(150);
        return end({ repeated, last: said.at(-1), more: said.filter((one) => !one).length });
        """
    )
    assert found == {"repeated": True, "last": False, "more": 1}


def test_a_thread_that_is_left_is_taken_back_once(run):
    found = run(
        LOOKING
        + """
        act();
        leave.abort();
        tell(window, "focus");
        return end(said);
        """
    )
    assert found == [True, False]
