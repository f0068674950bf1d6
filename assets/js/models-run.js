// Answers that are missing: who lacks them, how far they are, and the way to get them.
import {workWatcher} from "./work.js";

// `run(value)` gives an element; it asks the server again for as long as the work goes on and is seen.
export const runWatcher = (root, act) => workWatcher(root, act, {
  start: "predict", words: "Predicting", safe: "This runs here, in the background; what was answered is kept.",
});
