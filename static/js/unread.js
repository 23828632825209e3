import { Badge } from "./models/badge.js";
import { Delivering } from "./models/delivering.js";
import { Line } from "./models/line.js";
import { SignedOut } from "./models/signed-out.js";
import { Unread } from "./models/unread.js";

// Pages without a conversation: all that is live on them is the number in the navigation, that a message is here, and whether
// one is signed in.
const badge = new Badge(document);
const line = new Line();
new Unread(line, (count) => badge.set(count));
new Delivering(line);
new SignedOut(line, document);
