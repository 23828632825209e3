/**
 * Scroll a thread that is being opened to where its reader goes on: where they left it, at the message of the address,
 * at what is new, else at the end. Who has scrolled before stays there.
 */
export function goToOpeningPlace(thread, { rows, scroll }) {
  const query = new URLSearchParams(location.search);
  const place = JSON.parse(thread.dataset.place ?? "null");
  const left = place && rows.withId(place.id);
  if (left) return scroll.toRow(left, place.top);
  // By the query and not by `:target`, which a reloaded page does not have yet.
  const asked = query.has("at") ? rows.withId(query.get("at")) : query.has("after") && rows.all[0];
  if (asked) return scroll.toRow(asked);
  const fresh = thread.querySelector("#fresh");
  if (fresh && !scroll.row && !scroll.shows(fresh)) scroll.toRow(fresh);
}
