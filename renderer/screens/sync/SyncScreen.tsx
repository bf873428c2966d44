export default function SyncScreen() { return null; }
