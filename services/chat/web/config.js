// What the deployment tells the page: ./config.json, written beside it by the uploader.

/** {apiUrl, webSocketUrl} */
export async function readConfig() {
  const answer = await fetch("config.json", { cache: "no-cache" });
  if (!answer.ok) throw new Error(`config.json answers ${answer.status}: is the page uploaded by seed/website.py?`);
  return answer.json();
}
