import { TestEnvironment } from 'jest-environment-node';
import { childrenOf } from '../children.ts';

const GRACE_MS = 3_000;

/** Node's environment, which fails a test file that leaves child processes running. */
export default class LeakCheckingEnvironment extends TestEnvironment {
  private readonly before = new Set(childrenOf(process.pid).map((child) => child.pid));

  override async teardown(): Promise<void> {
    await super.teardown();
    const until = Date.now() + GRACE_MS;
    let left = this.newChildren();
    while (left.length > 0 && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      left = this.newChildren();
    }
    if (left.length === 0) return;
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    throw new Error(
      `This test file left processes running:\n${left.map(({ pid, command }) => `  ${pid} ${command}`).join('\n')}`,
    );
  }

  private newChildren() {
    return childrenOf(process.pid).filter((child) => !this.before.has(child.pid));
  }
}
