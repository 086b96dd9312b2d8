/** What an hour comes to, as often as wanted: the work of the hour, without its pauses. */
export interface SoakPlan {
  readonly hours: number;
  /** How often an hour comes to rest, for a look at what is held on to. */
  readonly roundsPerHour: number;
  readonly appendsPerRound: number;
  readonly reconnectsPerRound: number;
  readonly subscribers: number;
}

/** 50 each second. */
const appendsPerHour = 50 * 3600;
const reconnectsPerHour = 60;
const roundsPerHour = 4;

/** The plan of a busy service: 50 appends each second, and every subscriber connecting anew each minute. */
export function soakPlan(hours: number, appends: number = appendsPerHour): SoakPlan {
  return {
    hours,
    roundsPerHour,
    appendsPerRound: Math.ceil(appends / roundsPerHour),
    reconnectsPerRound: reconnectsPerHour / roundsPerHour,
    subscribers: 8,
  };
}

/** What is done in a round, from 0, beside appends and reconnects. */
export interface Round {
  readonly rebuilds: boolean;
  readonly restartsServer: boolean;
}

/** A rebuild each hour, and two restarts of the server, at a third and at two thirds of the time. */
export function roundsOf({ hours, roundsPerHour: perHour }: SoakPlan): readonly Round[] {
  const rounds = Math.round(hours * perHour);
  const restarts = new Set([Math.floor(rounds / 3), Math.floor((2 * rounds) / 3)]);
  return Array.from({ length: rounds }, (_, round) => ({
    rebuilds: round % perHour === 0,
    restartsServer: round > 0 && restarts.has(round),
  }));
}
