export function Logo() {
  return <img src="/favicon.svg" width="22" height="22" alt="" />;
}
