from django.test import RequestFactory, SimpleTestCase

from accounts.devices import device_name

AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140": "Edge · Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140 Safari/537.36": "Chrome · Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/18 Safari/605": "Safari · Mac",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/140 Safari/604": "Chrome · iPhone",
    "Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28 Chrome/130 Safari/537": "Samsung Internet · Android",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox · Linux",
    "ClinicApp/2.1 (iPhone; iOS 18)": "iPhone",
    "curl/8.5.0": "curl/8.5.0",
    "": "",
    "\x07bell\x1b[31m " + "x" * 500: "bell[31m",
}


class DeviceNameTests(SimpleTestCase):
    def test_it_names_browser_and_system(self):
        for agent, name in AGENTS.items():
            with self.subTest(agent[:40]):
                self.assertEqual(device_name(RequestFactory().get("/", HTTP_USER_AGENT=agent)), name)

    def test_it_does_without(self):
        self.assertEqual(device_name(RequestFactory().get("/")), "")
