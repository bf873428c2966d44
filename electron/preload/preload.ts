/**
 * Runs before the page, sandboxed. It asks the main process for the port to the replica service and passes it to the
 * page; it exposes no function and no object.
 */
import { ipcRenderer } from 'electron';
import { PORT_CHANNEL, PORT_MESSAGE_TYPE } from '../portChannel.ts';

ipcRenderer.on(PORT_CHANNEL, (event) => {
  // The page's own origin as target: should the page ever be another, the port does not reach it.
  window.postMessage({ type: PORT_MESSAGE_TYPE }, window.location.origin, event.ports);
});

// The page's listener is there once its scripts have run.
window.addEventListener('load', () => ipcRenderer.send(PORT_CHANNEL));
