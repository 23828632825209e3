"""An upload that fails again and again, as long as the store is unavailable."""


def test_it_tries_again_by_itself_at_once_and_then_after_rests(run):
    seen = run("""
      const { Upload } = await load("composer/upload.js");
      class Refused extends EventTarget {
        upload = new EventTarget();
        open() {}
        abort() {}
        setRequestHeader() {}
        getResponseHeader() { return null; }
        send() {
          Object.assign(this, { status: 503, response: { success: false, error: "storage_unavailable" } });
          this.dispatchEvent(new Event("load"));
        }
      }
      const now = Date.now, real = globalThis.XMLHttpRequest;
      globalThis.XMLHttpRequest = Refused;
      try {
        const upload = new Upload(new File(["x"], "photo.png"), 1);
        const fail = () => { upload.queue(); upload.start(); return upload.mayTryAgain; };
        const first = fail(), second = fail();
        Date.now = () => now() + 9_000;
        const early = upload.mayTryAgain;
        Date.now = () => now() + 300_000;
        return [first, second, early, upload.mayTryAgain, upload.state];
      } finally {
        Date.now = now;
        globalThis.XMLHttpRequest = real;
      }
    """)
    assert seen == [True, False, False, True, "failed"]
