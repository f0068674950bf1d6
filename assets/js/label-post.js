// Asks the server about the team's queues and guidelines; a refusal is an Error with its sentence.
import {personName} from "./person.js";

export async function post(path, about, body = {}) {
  let answer = null;
  try {
    answer = await fetch(`label/${path}`, {
      method: "POST", headers: {"Content-Type": "application/json"},
      body: JSON.stringify({...about, by: personName(), ...body}),
    });
  } catch {
    throw new Error("The server does not answer. Try again in a moment.");
  }
  const value = answer.ok ? await answer.json() : {refused: await answer.text()};
  if (value.refused) throw new Error(`${value.refused.slice(0, 1).toUpperCase()}${value.refused.slice(1)}.`);
  return value;
}
