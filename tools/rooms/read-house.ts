import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { ROOMS } from './table.ts';

/** One import of a module. */
export interface Import {
  /** As it is written. */
  written: string;
  /** The file or package that it means; undefined when it leads nowhere. */
  meant: string | undefined;
  library: boolean;
}

export interface Module {
  path: string;
  imports: Import[];
  text: string;
}

/** A workspace's own declaration. */
export interface Declaration {
  room: string;
  name: string;
  /** The files that others may import, from its `exports`. */
  doors: string[];
  dependencies: string[];
}

export interface House {
  modules: Module[];
  declarations: Declaration[];
  /** Circles of imports, each as the modules on the way. */
  circles: string[][];
  /** Source files on disk, to be held against the modules that were read. */
  files: string[];
}

const SKIPPED = '(^|/)(node_modules|dist|coverage)/';

/** Reads every module of the repository at `root`, with what it imports, by dependency-cruiser. */
export async function readHouse(root: string): Promise<House> {
  const rooms = Object.keys(ROOMS).filter((room) => existsSync(join(root, room)));
  const { output } = await cruise(rooms, {
    baseDir: root,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: SKIPPED.replace('node_modules|', '') },
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
    validate: true,
    ruleSet: {
      forbidden: [
        {
          name: 'circle',
          severity: 'error',
          from: {},
          // Types are gone at run time, so a circle through them is none.
          to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
        },
      ],
    },
  });
  const result = output as ICruiseResult;
  const own = result.modules.filter(
    ({ source }) => /\.tsx?$/.test(source) && rooms.some((room) => source.startsWith(`${room}/`)),
  );
  return {
    modules: own.map((module) => ({
      path: module.source,
      text: readFileSync(join(root, module.source), 'utf8'),
      imports: module.dependencies.map((dependency) => ({
        written: dependency.module,
        meant: dependency.couldNotResolve ? undefined : dependency.resolved,
        library: dependency.resolved.includes('node_modules/') || dependency.couldNotResolve,
      })),
    })),
    circles: result.summary.violations.map((violation) => [
      violation.from,
      ...(violation.cycle ?? []).map((step) => step.name),
    ]),
    declarations: rooms.flatMap((room) => declarationOf(root, room)),
    files: rooms
      .flatMap((room) => globSync(`${room}/**/*.{ts,tsx}`, { cwd: root }))
      .filter((file) => !new RegExp(SKIPPED).test(file) && !file.endsWith('.d.ts')),
  };
}

function declarationOf(root: string, room: string): Declaration[] {
  const path = join(root, room, 'package.json');
  if (!existsSync(path)) return [];
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as {
    name: string;
    exports?: Record<string, string>;
    dependencies?: Record<string, string>;
  };
  return [
    {
      room,
      name: manifest.name,
      doors: Object.values(manifest.exports ?? {}).map((file) => join(room, file)),
      dependencies: Object.keys(manifest.dependencies ?? {}),
    },
  ];
}
