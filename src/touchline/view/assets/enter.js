/* The page of somebody without a cookie: it takes the token out of the address's fragment, which a
   browser sends to nobody, hands it over once and opens the viewer. */
const token = location.hash.slice(1);
history.replaceState(null, "", "/");

async function enter() {
  if (!token) return;
  const answer = await fetch("/enter", { method: "POST", body: token });
  if (answer.ok) location.replace("/");
}

enter();
