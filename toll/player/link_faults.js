// What in a link means nothing in a film: a damaged link opens what it can, and says what it left out.

import { NONE, SHARES, isId, nameOfRung, partsOf } from "./link.js";

/** @import { Ladder } from "./film/ladder.js" */
/** @import { Seen } from "./link.js" */

/**
 * What in a link means nothing in a film, in a sentence each that names what would.
 *
 * @param {Ladder} ladder
 * @param {URLSearchParams} link
 * @returns {string[]}
 */
export function faultsOf(ladder, link) {
  const names = ladder.rungs.map((_, rung) => nameOfRung(ladder, rung));
  const { niter } = ladder.header;
  const isOfSeveral = ladder.size > 1;
  const known = new Set(ladder.rungs[0].ids);
  /** @type {(least: number, most: number) => (text: string) => boolean} */
  const isFrom = (least, most) => (text) => Number(text) >= least && Number(text) <= most;
  /** @type {[keyof Seen, (text: string) => boolean, string][]} */
  const rules = [
    ["step", isFrom(0, niter), `a training step is a number from 0 to ${niter}`],
    ["scoring", isFrom(0, Infinity), "the weight of ‖z‖ is a number from 0 to Infinity"],
    ["threshold", (text) => ["norm", "score"].includes(text), "valid are norm and score"],
    ["share", isFrom(...SHARES), `a share is from ${SHARES[0]} to ${SHARES[1]} percent`],
    ["beta", (text) => !isOfSeveral || names.includes(text), `valid are ${names.join(", ")}`],
    [
      "versus",
      (text) => !isOfSeveral || text === NONE || names.includes(text),
      `valid are ${[NONE, ...names].join(", ")}`,
    ],
  ];
  const faults = rules.flatMap(([name, isValid, valid]) => {
    const text = link.get(name);
    return !text || isValid(text) ? [] : `The link has ${name} = ${text}; ${valid}.`;
  });
  for (const name of /** @type {const} */ (["samples", "pins"])) {
    const wrong = partsOf(link, name).find((each) => !isId(each) || !known.has(Number(each)));
    if (wrong) faults.push(`The link has ${name} = ${wrong}, which is no sample of this film.`);
  }
  return faults;
}
