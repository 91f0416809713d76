/** Shapes that travel between the rooms of the extension. Everything here is plain JSON unless it says otherwise. */

export type Service = 'flickr' | 'flickr_feed' | 'openverse' | 'commons' | 'folder';
/** Names of clear_core.strategies.STRATEGIES that the settings offer. */
export type StrategyName = 'pool' | 'greedy' | 'epsilon_greedy' | 'ucb' | 'random' | 'tiara' | 'tiara_s';
/** Names of clear_core.scores.SHIPPED. */
export type ShippedScore = 'exponential' | 'gaussian' | 'cosine' | 'one_class' | 'colour' | 'not_like_this' | 'my_taste' | 'fair';
/** A score that ships, or one of the user's own by its id. */
export type ScoreName = ShippedScore | `own/${string}`;

/** A score that the user wrote, or copied, or was given. */
export interface OwnScore { id: `own/${string}`; title: string; code: string; /** Has the user seen it and let it run? */ trusted: boolean }

/** How much a search may use (or has used): questions to the service, photos scored, seconds of wall-clock time. */
export interface Budget { queries: number; photos: number; seconds: number }

/** A fault, to be shown as the sentence `error_<code>` of `_locales`; `params` fill its placeholders. */
export interface Problem { code: string; params: Record<string, string | number> }

export interface Photo {
  id: string;
  service: string;
  title: string;
  owner: string;
  tags: string[];
  thumbnail_url: string;
  page_url: string;
  license: string | null;
  license_url: string | null;
  width: number | null;
  height: number | null;
  fallback_url: string | null;
}

export interface NamedClass { name: string; probability: number }
export interface Scored { photo: Photo; score: number; tag: string }
export interface TagScore { tag: string; mean: number; count: number }
export type Ended = null | 'budget' | 'exhausted' | 'stopped' | 'failed';

/** One message of a running search. */
export interface Update {
  /** Tags that went out to the service since the last update, answered or not. */
  asked: string[];
  classes: NamedClass[] | null;
  /** What the service answered, a text for each question: for Python, when the search is taken up again. */
  pages: string[];
  scored: Scored[];
  tags: TagScore[];
  spent: Budget;
  budget: Budget;
  problems: Problem[];
  ended: Ended;
  problem: Problem | null;
  /** The service that is asked, and the seconds until it may be asked again; added by engine/worker.js. */
  service?: Service;
  waiting?: number;
  /** New scores of photos of a saved search, by key (service:id). */
  rescored: Record<string, number>;
  /** Keys of the best photos in the order to show them, from a score that ranks sets; null: as before. */
  order: string[] | null;
  /** A record for each of `scored` (py/clear_core/scores/pictures.py); in the first update one of the source. */
  pictures: Uint8Array | null;
  /** In the first update: the network's model.json. */
  model: string | null;
}

/** What scores may ask for: bytes of another picture's file; a record of each marked photo, and whether it is ♥; the name of the network that made them. */
export interface Given { model: string; class_name: string; other: Uint8Array | null; marked: Uint8Array | null; liked: boolean[] }

/** A photo that the user marked: ♥ (`liked`) or ✕, with its record (py/clear_core/scores/pictures.py) and who made that. */
export interface Mark { model: string; photo: Photo; liked: boolean; time: number; record: Uint8Array }

/** What was kept of photos that were scored: a record each, in their order; one of the source; the network's model.json. */
export interface Looks { model: string; photos: Photo[]; records: Uint8Array; source: Uint8Array | null }

/** Puts a question (JSON) and files into the closed room (engine/room.js) and gives its answer (JSON). */
export type AskRoom = (question: string, files: Record<string, Uint8Array>) => Promise<string>;

/**
 * What a search is asked for. `picture` holds the bytes of an image file, `memory` a tag memory (empty: a new one); null
 * where nothing shall be learned.
 */
export interface SearchRequest {
  /** Of the session. */
  id: string;
  picture: Uint8Array;
  memory: Uint8Array | null;
  service: Service;
  key: string;
  days: number | null;
  model: string;
  strategy: StrategyName;
  /** `code`: null for a score that ships, which runs in the engine; any other runs in the closed room. */
  score: { name: string; code: string | null };
  given: Given;
  budget: Budget;
  /** Tags that are not asked for, and whose photos are not looked at. */
  excluded: string[];
  seed: number | null;
  resume: { pages: string[]; scored: Scored[]; spent: Budget } | null;
  /** Of the photos in `resume`, for the score may be another one now. */
  seen: Looks | null;
  /** Of a private window: leaves nothing on the disk. */
  isPrivate: boolean;
}

/** engine/worker.js, seen through comlink. */
export interface Engine {
  /** Starts Python and a network ahead of a search; without a model, Python alone. */
  boot(model: string | null): Promise<void>;
  /** A network of the user's own, as model.json, or what is wrong with it. `pixels`: what its float32 input wants. */
  describeModel(bytes: Uint8Array<ArrayBuffer>, title: string, pixels: Wiring['pixels']): Promise<{ model: object | null; problem: Problem | null }>;
  /** The photos of a folder of the user's own, as photos.json lists them, or what is wrong. `files` by relative name. */
  describeFolder(files: Map<string, File>): Promise<{ photos: import('./lib/folder.js').Listed[] | null; problem: Problem | null }>;
  /** Begins a search before its page is there, which will then find it under way; if nothing else is to be done. */
  begin(request: SearchRequest): Promise<void>;
  /** Gives what was learned, if the search was to learn and could. */
  search(request: SearchRequest, onUpdate: (update: Update) => void, askRoom: AskRoom): Promise<Learned | null>;
  /** What the network sees in a picture file: a record (py/clear_core/scores/pictures.py); and the network's name. */
  look(picture: Uint8Array, model: string): Promise<{ record: Uint8Array; model: string }>;
  stop(): Promise<void>;
  /** Resolves when the worker holds its lifeline (lib/lifeline.js). */
  alive(): Promise<string>;
}

/** How the picture was come by. `screen`: only the visible part of it, cropped from a screenshot of the tab. */
export type PictureSource = 'data' | 'canvas' | 'fetch' | 'screen' | 'area' | 'file' | 'paste' | 'drop' | 'address' | 'result' | 'crop';

/** One search as it is kept: the fold of its updates. The picture is stored beside it. */
export interface Session {
  id: string;
  created: number;
  source: PictureSource;
  picture: Blob;
  /** The service that was searched; null before it began. */
  service: Service | null;
  /** Seconds until the service may be asked again. */
  waiting: number;
  /** All that was sent: tags that the service was asked for. */
  asked: string[];
  classes: NamedClass[] | null;
  pages: string[];
  scored: Scored[];
  tags: TagScore[];
  spent: Budget;
  budget: Budget | null;
  problems: Problem[];
  ended: Ended;
  problem: Problem | null;
  order: string[] | null;
}

/** One search in the list of all that are kept. `best`: the photos that scored highest, best first. */
export interface Remembered { id: string; created: number; picture: Blob; photos: number; words: string[]; best: Photo[]; ended: Ended }

/** What the background tells the pages about a clicked picture, in storage.session. */
/** `since`: when the picture was asked for, by `Date.now()`. */
export type Signal = { state: 'capturing'; since: number } | { state: 'ready' | 'failed'; problem: Problem | null };

export interface Settings {
  service: Service;
  key: string;
  /** The network: a name of vendor/models/models.json, or "own". */
  model: string;
  strategy: StrategyName;
  score: ScoreName;
  /** For scores that ask for one of the network's classes. */
  className: string;
  budget: Budget;
  /** May searches learn about tags, and use what they learned? */
  memory: boolean;
  /** Tags that the user never wants. */
  excluded: string[];
  /** Only photos that were uploaded within so many days, where the service can be asked for that; null: whenever. */
  days: number | null;
}

/** The tag memory after a search: what the core writes, how many photos it has learned from, its most familiar tags. */
export interface Learned { bytes: Uint8Array; photos: number; names: number; tags: { tag: string; count: number }[] }

/** How a network's file is run: clear_core.features.Wiring. */
export interface Wiring { file: string; pixels: 'uint8' | '0..255' | '0..1' | '-1..1'; embedding: number; logits: number | null; class_offset: number; side: number }

/** A network for the model workers: where its file is, or its bytes. */
export interface Network { path: string; bytes: Uint8Array<ArrayBuffer> | null; wiring: Wiring }

export interface TensorFacts { shape: number[]; dtype: string }

export interface Features { embedding: Float32Array; logits: Float32Array }

/** `done`: the body is not wanted any more. */
export interface HttpAnswer { status: number; url: string; headers: Record<string, string>; body: Uint8Array; done(): void }

/** What the tools in a page answer: a picture, or where on the screen it can be seen (CSS pixels), or neither. */
export interface PageCapture {
  dataUrl: string | null;
  source: 'canvas' | 'fetch' | 'area' | null;
  rect: { x: number; y: number; width: number; height: number; ratio: number } | null;
}

/** `globalThis.clearPage` in a web page: extension/page/{find,read,pick}.js. */
export interface PageTools {
  addresses(element: Element): string[];
  atPoint(some: Element[], x: number, y: number): Element | null;
  background(element: Element): string;
  frame(url: string | null): Element | null;
  pictures(): Element[];
  visibleBox(element: Element): { left: number; top: number; width: number; height: number; area: number };
  withAddress(address: string): Element | null;

  onScreen(box: { left: number; top: number; right: number; bottom: number }): PageCapture['rect'];
  read(element: Element): Promise<PageCapture>;

  /** The picture that the browser names by its address. `frameUrl`: the frame that was clicked in, if this is not it. */
  clicked(address: string, frameUrl: string | null): Promise<PageCapture>;
  /** The picture that is opened by itself, in the place of a page. */
  opened(): Promise<PageCapture>;
  /** Lets the user pick; what he takes is sent to the background as `{picked: PageCapture}`. */
  pick(texts: { hint: string; direction: string }): void;
}
