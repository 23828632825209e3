from django.test import RequestFactory, SimpleTestCase, override_settings

from chatsite.http.addresses import client_address


def ask(peer, forwarded=None):
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
    return client_address(request)


class ClientAddressTests(SimpleTestCase):
    def test_it_believes_no_header_without_a_trusted_proxy(self):
        self.assertEqual(ask("127.0.0.1", "1.2.3.4"), "127.0.0.1")
        self.assertEqual(ask("9.9.9.9", "1.2.3.4"), "9.9.9.9")

    @override_settings(TRUSTED_PROXIES=["127.0.0.1", "10.0.0.0/8"])
    def test_it_believes_a_trusted_proxy_and_nobody_left_of_it(self):
        self.assertEqual(ask("127.0.0.1", "6.6.6.6, 1.2.3.4"), "1.2.3.4")
        self.assertEqual(ask("127.0.0.1", "6.6.6.6, 1.2.3.4, 10.1.2.3"), "1.2.3.4")
        self.assertEqual(ask("9.9.9.9", "1.2.3.4"), "9.9.9.9")

    @override_settings(TRUSTED_PROXIES=["127.0.0.1"])
    def test_it_falls_back_to_the_nearest_address_it_can_read(self):
        self.assertEqual(ask("127.0.0.1"), "127.0.0.1")
        self.assertEqual(ask("127.0.0.1", ""), "127.0.0.1")
        self.assertEqual(ask("127.0.0.1", "1.2.3.4, junk"), "127.0.0.1")
        self.assertEqual(ask("127.0.0.1", "127.0.0.1, 127.0.0.1"), "127.0.0.1")

    @override_settings(TRUSTED_PROXIES=["127.0.0.1"])
    def test_a_peer_without_an_address_is_a_proxy_on_this_machine(self):
        self.assertEqual(ask("", "1.2.3.4"), "1.2.3.4")
        self.assertIsNone(ask(""))

    def test_it_knows_an_ipv4_address_in_ipv6_clothes(self):
        self.assertEqual(ask("::ffff:1.2.3.4"), "1.2.3.4")
        self.assertEqual(ask("2001:DB8::0001"), "2001:db8::1")
        self.assertIsNone(ask(""))
