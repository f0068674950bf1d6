// Answers on their way to the server: one after the other, again until they arrive, kept in the
// browser meanwhile. Each has a key of its own, so that sent twice it is saved once.

const STORE = "fitting-room-unsent";
const AGAIN = 2000; // milliseconds

const read = () => {
  try { return JSON.parse(localStorage.getItem(STORE)) ?? []; } catch { return []; }
};

// told: {answered(value, job), refused(sentence, job), waiting(isWaiting)}
export function sendingLine(told) {
  const line = read();
  let busy = false;

  const keep = () => {
    try { localStorage.setItem(STORE, JSON.stringify(line.filter((job) => job.path !== "next"))); } catch { /* memory only */ }
  };
  const post = async (job) => {
    const answer = await fetch(`label/${job.path}`, {
      method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(job.body),
    });
    if (answer.status >= 500) throw new Error(await answer.text());
    return answer.ok ? {value: await answer.json()} : {refused: await answer.text()};
  };
  const run = async () => {
    if (busy) return;
    busy = true;
    while (line.length) {
      const [job] = line;
      try {
        const found = await post(job);
        line.shift();
        keep();
        told.waiting(false);
        if (found.value) told.answered(found.value, job);
        else told.refused(found.refused, job);
      } catch { // the server is away or cannot write: nothing is lost, it is sent again
        told.waiting(true);
        await new Promise((resolve) => { setTimeout(resolve, AGAIN); });
      }
    }
    busy = false;
  };
  return {
    push(path, body) {
      line.push({path, body});
      keep();
      run();
    },
    get pending() { return line.filter((job) => job.path === "save").length; },
    resume: run,
  };
}
