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
  if (!answer.ok) {
    const sentence = await answer.text();
    throw new Error(`${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}.`);
  }
  return answer.json();
}
