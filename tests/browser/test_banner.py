"""The line is cut or the sign-in has ended: it is said at once."""

from playwright.sync_api import expect

from tests.browser.screen import Screen

AT_ONCE = 2_500


def state(banner, name):
    return banner.locator(f"[data-when={name}]")


def test_offline_shows_at_once_and_goes_at_once(patient_page, doctor_page, complaints):
    complaints.forgive_cut_lines()
    patient, doctor = Screen(patient_page), Screen(doctor_page)
    patient.is_live()

    patient_page.context.set_offline(True)
    expect(state(patient.banner, "offline")).to_be_visible(timeout=AT_ONCE)
    patient.send("Écrit dans le métro")
    expect(patient.message("Écrit dans le métro")).to_have_attribute("data-state", "pending")
    patient_page.context.set_offline(False)

    expect(state(patient.banner, "back")).to_be_visible(timeout=AT_ONCE)
    doctor.sees_sent("Écrit dans le métro")
    expect(patient.banner).to_be_hidden()


def test_a_device_that_is_wrong_about_its_network_comes_back(patient_page, doctor_page):
    patient, doctor = Screen(patient_page), Screen(doctor_page)
    patient.is_live()
    patient_page.evaluate("""() => {
      Object.defineProperty(navigator, "onLine", { get: () => false });
      dispatchEvent(new Event("offline"));
    }""")
    expect(state(patient.banner, "offline")).to_be_visible(timeout=AT_ONCE)

    patient.is_live()
    doctor.send("Vous m’entendez ?")

    patient.sees("Vous m’entendez ?")
