async function wake(node, bundle, handOn) {
  if (node.localName === "leptos-island") {
    handOn?.();
    const island = bundle[node.dataset.component];
    if (island) await island(node);
    else console.error(`The browser bundle has no island ${node.dataset.component}.`);
  }
  const inner = node.localName === "leptos-children" ? node.$$on_hydrate : handOn;
  for (const child of [...node.children]) await wake(child, bundle, inner);
}
async function load(script, wasm) {
  try {
    const bundle = await import(script);
    await bundle.default({ module_or_path: wasm });
    return bundle;
  } catch (reason) {
    console.info("The islands cannot be loaded; the page works without them.", reason);
  }
}
async function start(script, wasm) {
  const bundle = await load(script, wasm);
  if (!bundle) return;
  bundle.hydrate();
  await wake(document.body, bundle);
  document.documentElement.dataset.islands = "awake";
}
function wakeAll(script, wasm) {
  const begin = () => start(script, wasm);
  if ("requestIdleCallback" in window) requestIdleCallback(begin, { timeout: 2000 });
  else begin();
}
