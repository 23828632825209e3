"""The comparison with ejabberd: its sentences, its client, its sums. The figures are the machine's."""

import asyncio
import subprocess

import pytest

from bench import __main__ as bench
from bench.peers import compare, ejabberd, load, rows, stanzas, xmpp
from bench.peers.figures import RATE, SHARE, TIME, Comparison, Cost, Figure, Run, ratio
from bench.peers.traffic import Traffic
from bench.stack import ROOT

MESSAGE = (
    b"<message xml:lang='en' to='u1@bench.local/bench' from='u0@bench.local/bench' type='chat' id='key'"
    b" xmlns='jabber:client'><archived by='u1@bench.local' id='17' xmlns='urn:xmpp:mam:tmp'/>"
    b"<stanza-id by='u1@bench.local' id='17' xmlns='urn:xmpp:sid:0'/><body>Bonjour</body></message>"
)
RESULT = (
    b"<message to='u1@bench.local/bench' from='u1@bench.local'><result xmlns='urn:xmpp:mam:2' id='17'>"
    b"<forwarded xmlns='urn:xmpp:forward:0'><message id='key'><body>Bonjour</body></message>"
    b"<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/></forwarded></result></message>"
)
ACK = b"<a xmlns='urn:xmpp:sm:3' h='2'/>"
IQ = b"<iq type='result' id='1'><fin xmlns='urn:xmpp:mam:2' complete='true'/></iq>"
STREAM = b"<?xml version='1.0'?><stream:stream id='1' xmlns='jabber:client' from='bench.local'>"
FEATURES = b"<stream:features><mechanisms><mechanism>PLAIN</mechanism></mechanisms></stream:features>"


@pytest.fixture
def no_stack(monkeypatch):
    """Starts nothing: whoever asks for a stack hears why not."""

    def refuse():
        raise RuntimeError("ejabberd did not start:\nport in use")

    monkeypatch.setattr(compare, "stack", refuse)


def test_without_ejabberd_it_says_so_and_ends_well(monkeypatch, capsys, no_stack):
    monkeypatch.setattr(ejabberd, "version", lambda: "")
    assert bench.main(["peers"]) == 0
    sentence = "ejabberd is not installed, so there is nothing to compare with."
    assert f"{sentence} To install it: bin/packages ejabberd erlang-p1-mysql\n" in capsys.readouterr().out


def test_a_server_that_does_not_start_is_named(monkeypatch, capsys, no_stack):
    monkeypatch.setattr(ejabberd, "version", lambda: "23.01-1")
    assert bench.main(["peers", "history"]) == 1
    assert capsys.readouterr().err == "The comparison ended: ejabberd did not start:\nport in use\n"


def test_every_package_must_be_installed(monkeypatch):
    monkeypatch.setattr(ejabberd, "PACKAGES", ("bash-that-nobody-packaged",))
    assert ejabberd.version() == ""
    monkeypatch.setenv("PATH", "/nowhere")
    assert ejabberd.version() == ""


def test_an_unknown_row_ends_with_two(no_stack):
    with pytest.raises(SystemExit) as ended:
        bench.main(["peers", "nothing"])
    assert ended.value.code == 2


def test_help_names_every_row():
    output = subprocess.run([ROOT / "bin/bench", "--help"], capture_output=True, text=True, check=True).stdout
    assert all(name in output for name in rows.ROWS)


def test_a_stream_is_cut_into_stanzas_wherever_its_bytes_break():
    whole = STREAM + FEATURES + MESSAGE + RESULT + ACK + IQ + b"</stream:stream>"
    for middle in range(len(whole)):
        first, rest = stanzas.cut(whole[:middle])
        second, rest = stanzas.cut(rest + whole[middle:])
        assert first + second == [FEATURES, MESSAGE, RESULT, ACK, IQ], middle
        assert rest == b""


def test_the_id_is_that_of_the_stanza():
    assert stanzas.id_of(MESSAGE) == b"key"
    assert stanzas.id_of(RESULT) == b""
    assert stanzas.id_of(IQ) == b"1"
    assert stanzas.handled(ACK) == 2


class Person:
    """Sends nothing."""

    def __init__(self):
        self.keys = []

    def post(self, key):
        self.keys.append(key)


def test_a_message_is_complete_when_acknowledged_and_with_the_other_side():
    traffic, anna, boris = Traffic(counting=True), Person(), Person()
    traffic.post(anna)
    [key] = anna.keys
    traffic.on_message(anna, key)  # the sender's own screen
    traffic.on_ack(key)
    assert traffic.completed == 0
    traffic.on_message(boris, key)
    assert traffic.completed == 1
    assert traffic.acked[0] <= traffic.received[0]


def test_times_are_those_of_messages_that_began_while_counting():
    traffic, anna, boris = Traffic(), Person(), Person()
    traffic.post(anna)
    traffic.counting = True
    traffic.post(anna, late=1)
    for key in anna.keys:
        traffic.on_ack(key)
        traffic.on_message(boris, key)
    assert traffic.completed == 2
    [received] = traffic.received
    assert received > 1


def test_two_answer_each_other():
    traffic, anna, boris = Traffic(), Person(), Person()
    exchange = load.Exchange([anna, boris], traffic)
    exchange.turn()
    for sender, other in ((anna, boris), (boris, anna)):
        [key] = sender.keys
        traffic.on_message(other, key)
        assert len(other.keys) == (other is anna)
        traffic.on_ack(key)
    exchange.open = False
    traffic.on_ack(anna.keys[1])
    traffic.on_message(boris, anna.keys[1])
    assert len(boris.keys) == 1


class Transport:
    def __init__(self):
        self.written = b""

    def write(self, data):
        self.written += data


@pytest.fixture
def member():
    """Somebody whose sign-in is behind them, with one message sent before."""
    member = xmpp.Member({"name": "u0", "password": "", "other": "u1@bench.local"}, Traffic(counting=True))
    member._sent = 1
    member.connection_made(Transport())
    return member


async def test_an_acknowledgement_covers_all_before_it(member):
    traffic = member._traffic
    for _ in range(3):
        traffic.post(member)
    keys = list(traffic._under_way)
    member.data_received(b"<a xmlns='urn:xmpp:sm:3' h='3'/>")
    assert [bool(traffic._under_way[key].acked) for key in keys] == [True, True, False]


async def test_the_server_learns_how_many_stanzas_came(member):
    member.data_received(MESSAGE + IQ + b"<r xmlns='urn:xmpp:sm:3'/>")
    assert member._transport.written == b"<a xmlns='urn:xmpp:sm:3' h='2'/>"


async def test_a_page_that_never_ends_is_an_error(member):
    page = asyncio.ensure_future(member.newest(50))
    await asyncio.sleep(0)
    member.data_received(RESULT)
    member.connection_lost(None)
    with pytest.raises(ConnectionError):
        await page


async def test_a_page_has_the_results_before_its_end(member):
    page = asyncio.ensure_future(member.newest(2))
    await asyncio.sleep(0)
    member.data_received(RESULT + RESULT + IQ)
    assert await page == 2


@pytest.mark.parametrize(
    ("ours", "theirs", "unit", "times"),
    [(300, 200, RATE, 1.5), (2, 3, TIME, 1.5), (0.02, 0, SHARE, None), (9, -1, TIME, None)],
)
def test_a_ratio_above_one_is_ours(ours, theirs, unit, times):
    assert ratio(ours, theirs, unit) == times


def _runs(rate, time, other=0.1):
    """The one run of a turn, of four seconds."""
    cost = Cost(seconds=4, server=1, database=0.5, generator=0.4, other=other, stolen=0)
    return [Run([Figure("1 sender", rate, RATE), Figure("… received", time, TIME)], cost)]


def test_the_table_has_medians_and_their_ratio():
    table = Comparison(("this project", "ejabberd"))
    table.add(
        [_runs(900, 1), _runs(1100, 3), _runs(1000, 2)],
        [_runs(500, 4), _runs(400, 4), _runs(5000, 4)],
    )
    line, more = str(table).splitlines()[-2:]
    assert line == "| 1 sender | 1,000/s (900 to 1,100) | 500/s (400 to 5,000) | 2.00 | 0.10, 0.10 | 0.03, 0.03 |"
    assert more == "| … received | 2.00 ms (1.00 to 3.00) | 4.00 ms (4.00 to 4.00) | 2.00 |  |  |"
    assert table.disturbed == []


def test_runs_beside_other_work_are_named():
    table = Comparison(("this project", "ejabberd"))
    table.add([_runs(900, 1), _runs(900, 1, other=2)], [_runs(500, 4), _runs(500, 4)])
    assert "0.50, 0.03; 1 of 4 runs not clean" in str(table)
    assert table.disturbed == ["1 sender"]
