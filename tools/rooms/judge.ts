import type { Declaration, House, Import, Module } from './read-house.ts';
import { HOMES, isTest, READS_ENVIRONMENT, ROOMS, roomOf } from './table.ts';

/** Everything in the house that breaks a rule, one sentence each. */
export function judge(house: House): string[] {
  return [
    ...unread(house),
    ...house.circles.map((way) => `circle: ${way.join(' → ')}`),
    ...house.modules.flatMap((module) => [...importsOf(module, house), ...environmentIn(module)]),
    ...house.declarations.flatMap((declaration) => declared(declaration, house)),
  ];
}

/** Fails if modules were not read, because a tool that reads nothing finds nothing. */
function unread({ files, modules }: House): string[] {
  const read = new Set(modules.map((module) => module.path));
  return files.filter((file) => !read.has(file)).map((file) => `${file}: was not read`);
}

function importsOf(module: Module, house: House): string[] {
  const room = roomOf(module.path);
  if (room === undefined) return [`${module.path}: belongs to no room`];
  if (isTest(module.path)) return [];
  return module.imports.flatMap((each) => {
    const wrong = each.library ? libraryTrouble(room, each) : roomTrouble(room, each, house.declarations);
    return wrong ? [`${module.path}: imports ${each.written}, ${wrong}`] : [];
  });
}

function roomTrouble(room: string, { meant = '' }: Import, declarations: Declaration[]): string | null {
  const other = roomOf(meant);
  if (other === undefined || other === room) return null;
  const may = ROOMS[room];
  if (may !== 'any' && !may?.includes(other)) return `but ${room} may not import ${other}`;
  const doors = declarations.find((declaration) => declaration.room === other)?.doors ?? [];
  return doors.includes(meant) || may === 'any' ? null : `past the door of ${other}`;
}

function libraryTrouble(room: string, { written }: Import): string | null {
  if (ROOMS[room] === 'any') return null;
  const library = Object.keys(HOMES).find((name) =>
    name.endsWith('/') ? written.startsWith(name) : written === name || written.startsWith(`${name}/`),
  );
  const homes = library === undefined ? undefined : HOMES[library];
  return homes === undefined || homes.includes(room) ? null : `whose home is ${homes.join(', ')}`;
}

function environmentIn(module: Module): string[] {
  if (isTest(module.path) || READS_ENVIRONMENT.includes(module.path)) return [];
  const code = module.text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  return /\bprocess\s*\.\s*env\b|\bprocess\s*\[\s*['"]env/.test(code) && roomOf(module.path) !== 'tools'
    ? [`${module.path}: reads process.env, which only runtime does`]
    : [];
}

/** What a package.json declares of ours must be allowed, and what is used must be declared. */
function declared(declaration: Declaration, house: House): string[] {
  const { room } = declaration;
  const may = ROOMS[room];
  const roomNamed = new Map(house.declarations.map((each) => [each.name, each.room]));
  const forbidden = declaration.dependencies.flatMap((name) => {
    const other = roomNamed.get(name);
    return other === undefined || may === 'any' || may?.includes(other)
      ? []
      : [`${room}/package.json: declares ${name}, but ${room} may not import ${other}`];
  });
  const nameOf = new Map(house.declarations.map((each) => [each.room, each.name]));
  const undeclared = new Set<string>();
  // What stories use is for knip to see: they may lean on what the root declares.
  for (const module of house.modules.filter((each) => roomOf(each.path) === room && !isTest(each.path))) {
    for (const { meant = '', library } of module.imports) {
      const other = library ? undefined : roomOf(meant);
      const name = other === undefined || other === room ? undefined : nameOf.get(other);
      if (name && !declaration.dependencies.includes(name))
        undeclared.add(`${room}/package.json: uses ${name} and doesn't declare it`);
    }
  }
  return [...forbidden, ...undeclared];
}
