/** The files of a message: those that are here, on their way, or lost. */
import type { Attachment } from "../shapes";
import { sized } from "../state/time";
import { words } from "../words";
import { Icon } from "./Icon";
import { picture } from "./open";

export function Files({ files }: { files: Attachment[] }) {
  return (
    <ul class="files">
      {files.map((file) => (
        <li key={file.id}>
          {file.trouble || file.pending ? <Missing file={file} /> : <FileLine file={file} />}
        </li>
      ))}
    </ul>
  );
}

/** A file that the desk has heard of and does not have. */
function Missing({ file }: { file: Attachment }) {
  const lost = Boolean(file.trouble);
  return (
    <span class={`file ${lost ? "lost" : "fetching"}`} data-file={lost ? "lost" : "fetching"}>
      <Icon name={lost ? "alert" : "clock"} />
      <span class="file-name">{file.name}</span>
      <span class="file-facts">
        {lost ? words.files.lost(file.trouble ?? "") : words.files.fetching}
      </span>
    </span>
  );
}

function FileLine({ file }: { file: Attachment }) {
  const kind = file.name.includes(".") ? file.name.split(".").pop()?.slice(0, 5).toUpperCase() : "";
  return (
    <>
      {file.image && (
        <button
          type="button"
          class="thumb"
          aria-label={words.thread.preview(file.name)}
          onClick={() => {
            picture.value = { url: file.url, name: file.name };
          }}
        >
          <img src={file.url} alt="" loading="lazy" />
        </button>
      )}
      {file.media_type.startsWith("audio/") && <Sound url={file.url} name={file.name} />}
      <a class="file" href={file.url} target="_blank" rel="noopener" download={file.name}>
        <Icon name="file" />
        <span class="file-name">{file.name}</span>
        <span class="file-facts">{[kind, sized(file.size)].filter(Boolean).join(" · ")}</span>
      </a>
    </>
  );
}

/** Something to listen to; it is loaded when somebody does. */
export function Sound({ url, name }: { url: string; name: string }) {
  return (
    // biome-ignore lint/a11y/useMediaCaption: what was said stands below as text, once it is known
    <audio class="sound" controls preload="none" src={url} aria-label={words.files.listen(name)} />
  );
}
