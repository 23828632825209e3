import { Badge } from "./models/badge.js";
import { Line } from "./models/line.js";
import { Unread } from "./models/unread.js";

// Pages without a conversation: all that is live on them is the number in the navigation.
const badge = new Badge(document);
new Unread(new Line(), (count) => badge.set(count));
