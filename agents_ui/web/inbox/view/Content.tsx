/** What a message is besides text: a place, a contact, buttons, a template, a call. */
import type { Choices, ContactCard, Content, Message, Place, Pressed, Templated } from "../shapes";
import { conversations } from "../state/desk";
import { linkIdentity } from "../state/people";
import { callNumber, supportsCalls } from "../state/phone";
import { say } from "../state/toasts";
import { words } from "../words";
import { CallCard } from "./CallCard";
import { Icon } from "./Icon";
import { Button } from "./parts";

export function ContentView({ message, content }: { message: Message; content: Content }) {
  switch (content.type) {
    case "location":
      return <PlaceCard place={content} />;
    case "card":
      return <Contact message={message} card={content} />;
    case "choices":
      return <Offered choices={content} />;
    case "pressed":
      return <Press pressed={content} />;
    case "template":
      return <Template template={content} />;
    case "call":
      return <CallCard message={message} call={content} />;
    default:
      return null; // a kind of content that this page does not know yet
  }
}

function PlaceCard({ place }: { place: Place }) {
  const { latitude, longitude } = place;
  const at = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const spot = `mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return (
    <div class="content place">
      <Icon name="pin" />
      <p class="content-words">
        <b>{place.name || words.contents.location}</b>
        <span class="faint">{place.address || at}</span>
      </p>
      <a
        class="link"
        href={`https://www.openstreetmap.org/?${spot}`}
        target="_blank"
        rel="noopener noreferrer"
      >
        {words.thread.map} <Icon name="out" size={12} />
      </a>
    </div>
  );
}

function Contact({ message, card }: { message: Message; card: ContactCard }) {
  const customer = conversations.value.get(message.conversation_id)?.customer;
  const { phone, email } = card;
  const link = (kind: string, value: string) =>
    customer && void linkIdentity(customer.id, kind, value);
  return (
    <div class="content contact">
      <Icon name="card" />
      <p class="content-words">
        <b>{card.name}</b>
        {phone && <span class="faint">{phone}</span>}
        {email && <span class="faint">{email}</span>}
      </p>
      <p class="content-acts">
        {phone && supportsCalls.value && (
          <Button icon="phone" onClick={() => callNumber(phone, customer?.id ?? null)}>
            {words.phone.call}
          </Button>
        )}
        <Button
          icon="copy"
          label={words.thread.copyCard}
          kind="quiet"
          onClick={() =>
            void navigator.clipboard
              ?.writeText([card.name, phone, email].filter(Boolean).join("\n"))
              .then(() => say(words.tokens.copied))
          }
        />
        {(phone || email) && (
          <Button
            icon="link"
            kind="quiet"
            onClick={() => (phone ? link("phone", phone) : email && link("email", email))}
          >
            {words.thread.linkCard}
          </Button>
        )}
      </p>
    </div>
  );
}

function Offered({ choices }: { choices: Choices }) {
  return (
    <ul class="offered" aria-label={words.thread.offered}>
      {choices.buttons.map((button) => (
        <li key={`${button.id}${button.title}`}>
          {button.title}
          {button.url && <Icon name="out" size={12} />}
        </li>
      ))}
    </ul>
  );
}

function Press({ pressed }: { pressed: Pressed }) {
  return (
    <p class="pressed">
      <Icon name="check" size={14} />
      <span class="faint">{words.thread.pressed}</span>
      <b>{pressed.title || pressed.id}</b>
    </p>
  );
}

function Template({ template }: { template: Templated }) {
  return (
    <p class="templated">
      <Icon name="template" size={12} />
      {words.thread.template(template.name, template.language ?? "")}
    </p>
  );
}
