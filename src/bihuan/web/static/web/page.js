// Starts the small modules of every page. Each works on what it finds and does nothing where it finds nothing.
import { listenToKeys } from "./keys.js";
import { growRows } from "./rows.js";
import { filterPicks } from "./picks.js";
import { keepDrafts } from "./drafts.js";
import { fillFields } from "./fills.js";
import { renewWhileSeen } from "./live.js";

listenToKeys(document);
growRows(document);
filterPicks(document);
keepDrafts(document);
fillFields(document);
renewWhileSeen(document);
